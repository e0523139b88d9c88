#!/usr/bin/env perl
# What an outsider may write who has read how the draw works and trusts none of its code: recompute a
# published transcript in Perl, with nothing but what comes with Perl. Prints "agrees", or the part that does
# not and exits with 1.
use strict;
use warnings;
no warnings 'recursion';
use Digest::SHA qw(sha256 sha256_hex hmac_sha256);
use JSON::PP;

my $FORMAT = 'liancha-draw/1';
my $json = JSON::PP->new->utf8->canonical;    # ASCII names sort alike everywhere
local $/;
open my $file, '<', $ARGV[0] or die "no $ARGV[0]\n";
my $said = $json->decode(<$file>);
my ($commit, $rules) = @$said{qw(commit eligibility)};

sub agree { my ($part, $found, $claimed) = @_; $found eq $claimed or print("differs: $part\n") and exit 1 }

# --- what was committed to -----------------------------------------------------------------------------------

my @lines = sort map { my $s = $_->{stratum}; map {"$s\0$_"} @{ $_->{candidates} } } @{ $said->{frame} };
agree(frame => sha256_hex(join "\n", @lines), $commit->{frame_hash});
agree(eligibility => sha256_hex($json->encode($rules)), $commit->{eligibility_hash});

my $secrets = '';
for my $party (@{ $commit->{parties} }) {
    my $name = $party->{party};
    my $missing = grep { $_ eq $name } @{ $said->{missing} };
    agree("secret of $name", defined $said->{opened}{$name} ? 1 : 0, $missing ? 0 : 1);
    next if $missing;
    agree("secret of $name", $said->{opened}{$name} =~ /\A[0-9a-f]{64}\z/ ? 1 : 0, 1);
    my $secret = pack 'H*', $said->{opened}{$name};
    agree("secret of $name", sha256_hex("$FORMAT\0$name\0$secret"), $party->{commitment});
    $secrets .= $secret;
}
my @named = sort(keys %{ $said->{opened} }, @{ $said->{missing} });
my @parties = sort map { $_->{party} } @{ $commit->{parties} };
agree('secret of others', $json->encode(\@named), $json->encode(\@parties));
my $commit_hash = sha256_hex($json->encode($commit));
agree(commit => $commit_hash, $said->{result}{commit_hash});
my $key = hmac_sha256($said->{randomness}, sha256($secrets));
sub position { hmac_sha256(join("\0", $FORMAT, $commit_hash, @_) . "\1", $key) }

# --- subjects ------------------------------------------------------------------------------------------------

my (%place, %number, %of);
for my $at (0 .. $#lines) {
    my ($stratum, $name) = split /\0/, $lines[$at];
    $number{$name} = $at;
    $place{$name} = position('E', $stratum, $name);
    push @{ $of{$stratum} }, $name;
}
my @drawn;
for my $stratum (sort keys %{ $commit->{quotas} }) {
    my @order = sort { $place{$a} cmp $place{$b} } @{ $of{$stratum} || [] };
    my @first = splice @order, 0, $commit->{quotas}{$stratum};
    agree("subjects of $stratum", "@first", "@{ $said->{result}{subjects}{$stratum} }");
    push @drawn, @first;
}
@drawn = sort { $place{$a} cmp $place{$b} } @drawn;

# --- officers: a matching in which nobody is twice in a slot, nor more often than `total` ---------------------

my (@demands, %at, %load);
for my $turn (0 .. $#drawn) {
    my $line = $drawn[$turn];
    my $slot = $rules->{slots}[ $turn % @{ $rules->{slots} } ];
    my $tiers = $rules->{areas}[ $rules->{lines}[ $number{$line} ] ]{tiers};
    my %kept = map { $_ => 1 } @{ $rules->{away}{$slot} || [] }, @{ $rules->{barred}{$line} || [] };
    for my $share (@{ $rules->{heads} }) {
        my ($department, $heads) = @$share;
        my @able;
        for my $tier (@{ $tiers->{$department} || [] }) {
            my %by = map { my $one = $rules->{officers}[$_]; $one => position('I', $line, $one) }
                grep { !$kept{$_} } @$tier;
            push @able, sort { $by{$a} cmp $by{$b} } keys %by;
        }
        push @demands, { line => $line, slot => $slot, department => $department, heads => $heads,
            able => \@able, has => {}, stays => [], sure => {} };
    }
}

my (%seen_demand, %seen_place, %seen_officer, $home);
sub come { my ($demand, $one) = @_; $demand->{has}{$one} = 1; $at{$one}{ $demand->{slot} } = $demand; $load{$one}++ }
sub go { my ($demand, $one) = @_; delete $demand->{has}{$one}; delete $at{$one}{ $demand->{slot} }; $load{$one}-- }

# Free somebody for this demand; the moves are made on the way back.
sub find {
    my ($demand, @only) = @_;
    return 0 if $seen_demand{$demand}++;
    for my $one (@only ? @only : @{ $demand->{able} }) {
        next if $demand->{has}{$one} or $seen_place{$one}{ $demand->{slot} }++;
        my $holder = $at{$one}{ $demand->{slot} };
        if (!$holder && ($load{$one} || 0) < $rules->{total}) { come($demand, $one); return 1 }
        next if !$holder && $seen_officer{$one}++;
        for my $other ($holder ? $holder : map { $at{$one}{$_} } sort keys %{ $at{$one} }) {
            next if $other->{sure}{$one};
            next unless $home && $other == $home || find($other);
            go($other, $one);
            come($demand, $one);
            return 1;
        }
    }
    return 0;
}
sub anew { %seen_demand = %seen_place = %seen_officer = (); $home = shift }

for my $demand (@demands) {
    for (1 .. $demand->{heads}) { anew(undef); find($demand) or print("infeasible\n") and exit 1 }
}
for my $demand (@demands) {
    for my $one (@{ $demand->{able} }) {
        last if @{ $demand->{stays} } == $demand->{heads};
        if (!$demand->{has}{$one}) {
            anew($demand);
            find($demand, $one) or next;
            if (keys %{ $demand->{has} } > $demand->{heads}) {
                my ($spare) = grep { $_ ne $one && !$demand->{sure}{$_} } sort keys %{ $demand->{has} };
                go($demand, $spare);
            }
        }
        push @{ $demand->{stays} }, $one;
        $demand->{sure}{$one} = 1;
    }
}

my @teams;
for my $demand (@demands) {
    push @teams, { line => $demand->{line}, slot => $demand->{slot}, members => {} }
        if !@teams || $teams[-1]{line} ne $demand->{line};
    $teams[-1]{members}{ $demand->{department} } = $demand->{stays};
}
agree(teams => $json->encode(\@teams), $json->encode($said->{result}{teams}));
print 'agrees: ', scalar(@teams), " subjects\n";
